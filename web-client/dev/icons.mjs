/** Draws the PNG icons from `icon.svg`: `npm run icons` after the SVG has changed. */
import { readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

const folder = new URL('../public/icons/', import.meta.url).pathname;
const svg = readFileSync(`${folder}icon.svg`, 'utf8');
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });

async function draw(name, size, html) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(`<style>body{margin:0}svg{display:block;width:100%;height:100%}</style>${html}`);
  await page.screenshot({ path: folder + name, omitBackground: true });
  await page.close();
}

await draw('icon-192.png', 192, svg);
await draw('icon-512.png', 512, svg);
// Launchers cut this one to their own shape: the drawing stays within the safe middle.
const safe = '<style>body{background:#0b6b5d}svg{padding:10vmin;box-sizing:border-box}</style>';
await draw('maskable-512.png', 512, safe + svg);
await browser.close();
