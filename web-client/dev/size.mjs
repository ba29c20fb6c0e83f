/** Fails when what a phone loads before it shows a trainee's page is over its budget: scripts and styles, compressed. */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

/** Pages by their entries, with their budgets in bytes. */
const PAGES = [
  // A trainee's class comes with the entrance of all pages.
  ['the class', 'index.html', 250_000],
  ['the home page', 'src/home/page.tsx', 200_000],
];
const dist = new URL('../dist/', import.meta.url).pathname;
const manifest = JSON.parse(readFileSync(`${dist}.vite/manifest.json`, 'utf8'));

function collect(name, files) {
  const { file, css = [], imports = [] } = manifest[name];
  if (files.has(file)) return;
  for (const one of [file, ...css]) files.add(one);
  for (const imported of imports) collect(imported, files); // Dynamic imports are loaded later.
}

for (const [what, entry, budget] of PAGES) {
  const files = new Set();
  collect('index.html', files);
  collect(entry, files);
  const sizes = [...files].map((file) => gzipSync(readFileSync(dist + file), { level: 9 }).length);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  console.log(`${what}: ${total} bytes in ${files.size} files, budget ${budget}`);
  if (total > budget) {
    console.error(`${what} is over its budget by ${total - budget} bytes`);
    process.exitCode = 1;
  }
}
