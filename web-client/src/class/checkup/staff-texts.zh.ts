/** 给讲师和管理员看的课前网络检测（简体中文）；随用到它的页面一起加载。 */
import type { DeviceKind, NetworkVerdict } from '../../protocol';

const verdict: Record<NetworkVerdict, string> = { good: '正常', slow: '偏慢', no_udp: 'UDP 不通' };

const device: Record<DeviceKind, string> = {
  phone: '手机',
  tablet: '平板',
  computer: '电脑',
  other: '其他设备',
};

export const checksZh = {
  title: '课前网络检测',
  wallHint: '正在上课和 24 小时内的课。点开看名单。',
  checked: (checked: number, people: number) => `已检测 ${checked}/${people}`,
  noUdp: (n: number) => `${n} 人 UDP 不通`,
  slow: (n: number) => `${n} 人偏慢`,
  allGood: '都正常',
  starts: (when: string) => `${when} 开始`,
  verdict,
  device,
  unchecked: '未检测',
  noPeople: '这节课还没有学员。',
  failed: '名单没有取到，请稍后再点开。',
  rtt: (ms: number) => `往返 ${ms} 毫秒`,
  loss: (percent: string) => `上行丢包 ${percent} %`,
  down: (mbit: string) => `下行 ${mbit} Mbit/s`,
  up: (mbit: string) => `上行 ${mbit} Mbit/s`,
  advice: 'UDP 不通的学员上课时没有声音画面：请他们换一个网络（例如手机热点）再查一次。',
  server: '过半数的人 UDP 不通：多半是服务器的 UDP 端口没有放行，请先查服务器和防火墙。',
};

export type ChecksTexts = typeof checksZh;
