/** SHA-256 of a file, as the server writes it. */

/** The size above which a file is no certificate of ours. */
export const FILE_BYTES_MAX = 4 * 1024 * 1024;

/** The hash in hex; null where this browser computes none (pages that are not on https). */
export async function sha256(bytes: ArrayBuffer): Promise<string | null> {
  const subtle = globalThis.crypto?.subtle;
  if (!subtle) return null;
  const hash = new Uint8Array(await subtle.digest('SHA-256', bytes));
  return [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
