/** 上课前检查（简体中文）。 */

export const checkupZh = {
  title: '上课前检查',
  intro: '用一分钟看看这台设备和网络能不能顺利上课。请在上课要用的设备和网络上查。',
  start: '开始检查',
  again: '再查一次',
  running: '正在检查…',
  browser: '浏览器',
  browserGood: '支持直播课堂。',
  browserBad: '不支持直播课堂。请换用新版 Chrome、Edge 或 Safari；在微信里请点右上角，选“在浏览器打开”。',
  network: '网络',
  figures: (rtt: number, down: string, up: string | null) =>
    `往返 ${rtt} 毫秒，下行约 ${down} Mbit/s${up === null ? '' : `，上行约 ${up} Mbit/s`}`,
  networkGood: '良好，可以看清晰画面。',
  networkFair: '一般，可以上课，必要时会自动降低清晰度。',
  networkWeak: '较弱，建议用“省流”模式：声音和课件。',
  networkLost: '连不上服务器，请检查网络。',
  udp: '声音和画面的通道（UDP）',
  udpGood: '畅通，上课时能看能听。',
  udpSlow: '能通，但较慢，画面可能不清楚。请靠近路由器，停掉下载和别的视频，或换一个网络再查一次。',
  udpNone:
    '不通：这个网络挡住了课堂的声音和画面。请换一个网络再查一次，例如手机热点；在单位可请网管放行 UDP。',
  udpLate:
    '来不及换网络时：课堂里只能收发文字，没有声音和画面，也不计听课时间。可以不进课堂，改看这节课的回放：上课时就能看，晚几秒，看过的部分算补看。',
  udpWatch: '看这节课的回放',
  udpBusy: '现在检测的人太多，这一项没有查成。请过半分钟再查一次。',
  udpFailed: '这一项没有查成，请再查一次。',
  udpFigures: (rtt: number | null, loss: string | null) =>
    [rtt !== null && `往返 ${rtt} 毫秒`, loss !== null && `上行丢包 ${loss} %`].filter(Boolean).join('，'),
  kept: '网络检测的结果（通不通、快慢、是手机还是电脑）保存 7 天，只有你的讲师和管理员能看到，好在课前帮你。',
  sound: '声音',
  soundPlay: '播放一声',
  soundHeard: '听到了',
  soundNot: '没听到',
  soundAsk: '听到声音了吗？',
  soundGood: '扬声器正常。',
  soundBad: '请调大音量、取消静音，或检查耳机，然后再播放一次。',
  mic: '麦克风（上台发言时才用）',
  micTry: '试一试',
  micStop: '好了',
  micHint: '说一句话，看看色条会不会动。',
  good: '可以上课了',
  notYet: '有一项需要处理',
};

export type CheckupTexts = typeof checkupZh;
