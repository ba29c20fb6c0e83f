/** Writes a `.br` and a `.gz` beside every built text that is worth it, so that the server never compresses them. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';

/** Compression of a smaller file saves no packet. */
const WORTH_BYTES = 1024;
/** The page itself is other below another path: the server finishes it. */
const TEXTS = /\.(js|css|json|svg|webmanifest|wasm)$/;

const folder = fileURLToPath(new URL('../dist/', import.meta.url));
for (const name of readdirSync(folder, { recursive: true })) {
  if (name.startsWith('.') || !TEXTS.test(name)) continue;
  const plain = readFileSync(folder + name);
  if (plain.length < WORTH_BYTES) continue;
  writeFileSync(`${folder}${name}.br`, brotliCompressSync(plain));
  writeFileSync(`${folder}${name}.gz`, gzipSync(plain, { level: 9 }));
}
