/**
 * Fails when the script a trainee's phone must load first is over its budget, compressed.
 * `npm run build && npm run size`
 */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const BUDGET = 250_000;
const dist = new URL('../dist/', import.meta.url).pathname;
const manifest = JSON.parse(readFileSync(`${dist}.vite/manifest.json`, 'utf8'));

const first = new Set();
function collect(name) {
  const chunk = manifest[name];
  if (first.has(chunk.file)) return;
  first.add(chunk.file);
  for (const imported of chunk.imports ?? []) collect(imported); // Dynamic imports are loaded later.
}
collect('index.html');

let total = 0;
for (const file of first) {
  const bytes = gzipSync(readFileSync(dist + file), { level: 9 }).length;
  total += bytes;
  console.log(`${String(bytes).padStart(8)}  ${file}`);
}
console.log(`${String(total).padStart(8)}  script of the trainee's first load, budget ${BUDGET}`);
if (total > BUDGET) {
  console.error(`over the budget by ${total - BUDGET} bytes`);
  process.exit(1);
}
