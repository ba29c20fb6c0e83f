/**
 * A recorded lesson for the fake server: painted pictures and tones made by ffmpeg, cut and listed as
 * the real server lists them. Eighty seconds: a screen, a break, a trainee on stage, a hole.
 */
import { execFile } from 'node:child_process';
import { createReadStream, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const TEACHER = { name: '陈静怡老师', role: 'instructor' };
const TRAINEE = { name: '黄晓明', role: 'trainee' };
const s = (from, to) => ({ from_ms: from * 1000, to_ms: to * 1000 });
const video = { codecs: 'avc1.42c01e', width: 640, height: 360 };
const sound = { codecs: 'opus', width: 0, height: 0 };

const tracks = [
  { ...TEACHER, kind: 'mic', ...sound, stretches: [s(0, 20), s(30, 68), s(72, 80)] },
  { ...TEACHER, kind: 'camera', ...video, stretches: [s(0, 20), s(30, 68), s(72, 80)] },
  { ...TEACHER, kind: 'screen', ...video, stretches: [s(8, 20), s(30, 64)] },
  { ...TRAINEE, kind: 'mic', ...sound, stretches: [s(40, 64)] },
  { ...TRAINEE, kind: 'camera', ...video, stretches: [s(42, 64)] },
].map((track, index) => ({ track: index, ...track }));

const SOURCES = {
  mic: (name) => `sine=frequency=${name === TEACHER.name ? 330 : 550}:beep_factor=3:sample_rate=48000`,
  camera: () => 'smptehdbars=size=640x360:rate=15',
  screen: () => 'testsrc2=size=640x360:rate=15',
};

export function fakeReplay(seat) {
  const staff = seat === 'teacher' || seat === 'operator';
  const line = (at, from, text) => ({
    at_ms: at * 1000,
    name: from.name,
    role: from.role,
    text,
    notice: false,
  });
  return {
    lesson: 'demo',
    title: '义务教育课程标准（2022年版）解读 · 第三讲',
    recording: 'fake',
    live: false,
    started_at_ms: Date.now() - 7_200_000,
    duration_ms: 80_000,
    tracks,
    gaps: [{ track: 0, ...s(68, 72), why: 'restart' }],
    breaks: [s(20, 30)],
    off_record: [],
    chapters: [
      { at_ms: 0, kind: 'start', name: null },
      { at_ms: 8_000, kind: 'screen', name: TEACHER.name },
      { at_ms: 30_000, kind: 'after_break', name: null },
      { at_ms: 40_000, kind: 'on_stage', name: TRAINEE.name },
      { at_ms: 64_000, kind: 'off_stage', name: TRAINEE.name },
    ],
    chat: [
      line(2, TEACHER, '大家好，能听到声音吗？听得到的请打 1。'),
      line(5, TRAINEE, '1'),
      line(12, TRAINEE, '老师，新课程标准里的“学业质量”部分今天会讲吗？'),
      line(16, TEACHER, '会的，第二部分专门讲，还会请两位老师上台说说自己的做法。'),
      line(39, TRAINEE, '我可以先说吗？'),
      line(66, TEACHER, '说得很好，谢谢！'),
      { at_ms: 75_000, name: '', role: 'operator', text: '十分钟后短暂维护。', notice: true },
    ],
    course: null,
    may_edit: staff,
    progress: staff
      ? null
      : { covered: [s(0, 14)], covered_ms: 14_000, position_ms: 0, check: null, completed: null },
    earns: null,
  };
}

let made = null;

/** The files, made once for as long as the program runs. */
export function media() {
  made ??= makeMedia();
  return made;
}

async function makeMedia() {
  const folder = mkdtempSync(join(tmpdir(), 'live-classroom-fake-replay-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const track of tracks) {
    for (const [part, stretch] of track.stretches.entries()) await make(folder, track, stretch, part);
  }
  return {
    /** Answers `/media/fake/…`; false when there is no such file. */
    serve(path, response) {
      const name = path.slice('/media/fake/'.length);
      const playlist = /^(\d+)\.m3u8$/.exec(name);
      const track = playlist && tracks[Number(playlist[1])];
      if (track) {
        response.writeHead(200, { 'content-type': 'application/vnd.apple.mpegurl' });
        response.end(playlistOf(folder, track));
        return true;
      }
      if (!/^[\w.]+$/.test(name) || !existsSync(join(folder, name))) return false;
      response.writeHead(200, { 'content-type': 'video/mp4' });
      createReadStream(join(folder, name)).pipe(response);
      return true;
    },
  };
}

async function make(folder, track, { from_ms, to_ms }, part) {
  const name = `t${track.track}_${part}`;
  const coder =
    track.kind === 'mic'
      ? ['-c:a', 'libopus', '-b:a', '32k']
      : ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '30', '-pix_fmt', 'yuv420p'];
  await promisify(execFile)(
    'ffmpeg',
    [
      ...['-loglevel', 'error', '-f', 'lavfi', '-i', SOURCES[track.kind](track.name)],
      ...['-t', String((to_ms - from_ms) / 1000), ...coder],
      ...['-f', 'hls', '-hls_time', '2', '-hls_segment_type', 'fmp4', '-hls_playlist_type', 'vod'],
      // The decode time in every segment is recording time, as the real server writes it.
      ...['-hls_segment_options', 'movflags=+frag_discont', '-output_ts_offset', String(from_ms / 1000)],
      ...['-hls_fmp4_init_filename', `${name}_init.mp4`, `${name}_.m3u8`],
    ],
    { cwd: folder },
  );
}

/** Begins at 0 whenever the track begins; what it does not have is a gap. */
function playlistOf(folder, track) {
  const lines = ['#EXTM3U', '#EXT-X-VERSION:8', '#EXT-X-TARGETDURATION:3', '#EXT-X-PLAYLIST-TYPE:VOD'];
  let atMs = 0;
  track.stretches.forEach(({ from_ms, to_ms }, part) => {
    lines.push(`#EXT-X-MAP:URI="t${track.track}_${part}_init.mp4"`);
    for (; atMs < from_ms; atMs += 2_000) lines.push('#EXT-X-GAP', '#EXTINF:2.000,', 'gap.m4s');
    const made = readFileSync(join(folder, `t${track.track}_${part}_.m3u8`), 'utf8').split('\n');
    for (const line of made) {
      if (line.startsWith('#EXTINF') || (line && !line.startsWith('#'))) lines.push(line);
    }
    atMs = to_ms;
  });
  return [...lines, '#EXT-X-ENDLIST', ''].join('\n');
}
