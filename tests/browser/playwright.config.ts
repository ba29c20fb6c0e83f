/**
 * A real Chromium (Debian's) against a real server. Browsers are never downloaded; another one is
 * named by CHROMIUM, another server program by LIVE_CLASSROOM.
 */
import { defineConfig } from '@playwright/test';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
];

export default defineConfig({
  testDir: '.',
  outputDir: 'test-results',
  // Each test decodes and encodes video on the processor: more side by side would starve each other. What judges
  // how a recording plays is tagged @alone, and has the machine to itself (package.json).
  workers: 2,
  // On a machine that is several times too busy everything still passes: these end what is stuck, they measure nothing.
  timeout: 480_000,
  expect: { timeout: 60_000 },
  reporter: [['list'], ['./brief.ts']],
  use: {
    locale: 'zh-CN',
    viewport: { width: 1280, height: 800 },
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: flags,
    },
  },
});
