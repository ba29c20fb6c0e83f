/*
 * The shell only: makes the page installable and lets it open while the network is away.
 * Pages come from the network first, named assets (their names change with their content) from the
 * cache first. Nothing of /api, /signal, /whip, /whep or /metrics is ever touched, and no open page
 * is reloaded or taken over in the middle of a class.
 */
const CACHE = 'shell-1';
// The path below which the server is shown, with a slash at the end.
const BASE = new URL(self.registration.scope).pathname;
const SHELL = BASE;
const ASSETS_MAX = 60;

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.add(SHELL)));
});

self.addEventListener('activate', (event) => {
  const old = (name) => name !== CACHE;
  event.waitUntil(
    caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name)))),
  );
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return;
  if (request.mode === 'navigate') event.respondWith(page(request));
  else if (url.pathname.startsWith(`${BASE}assets/`)) event.respondWith(asset(request));
});

/** Every page is the same document; the last one seen opens when the server cannot be reached. */
async function page(request) {
  try {
    const response = await fetch(request);
    const isPage = response.ok && response.headers.get('content-type')?.startsWith('text/html');
    if (isPage && !response.redirected) {
      const copy = response.clone();
      const cache = await caches.open(CACHE);
      await cache.put(SHELL, copy);
    }
    return response;
  } catch (error) {
    const kept = await caches.match(SHELL);
    if (kept) return kept;
    throw error;
  }
}

async function asset(request) {
  const kept = await caches.match(request);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok) {
    const copy = response.clone();
    const cache = await caches.open(CACHE);
    await cache.put(request, copy);
    await forgetOldest(cache);
  }
  return response;
}

async function forgetOldest(cache) {
  const keys = await cache.keys();
  const assets = keys.filter((key) => new URL(key.url).pathname.startsWith(`${BASE}assets/`));
  for (const key of assets.slice(0, Math.max(0, assets.length - ASSETS_MAX))) await cache.delete(key);
}
