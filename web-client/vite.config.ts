/// <reference types="vitest/config" />
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

declare const process: { env: Record<string, string | undefined> };

/** Where `npm run dev` finds the server (or `npm run dev:fake`). */
const server = process.env.LIVE_CLASSROOM_SERVER ?? 'http://localhost:8080';

export default defineConfig(({ command }) => ({
  // The server knows below which path it is shown: built pages name their files relative to themselves.
  base: command === 'build' ? './' : '/',
  plugins: [react({ jsxImportSource: '#base' })],
  build: {
    target: 'es2022',
    // The server's policy forbids data: addresses, so every asset is a file of its own.
    assetsInlineLimit: 0,
    manifest: true,
  },
  server: {
    // The host stays as the browser sent it: the server compares it with the page's origin.
    proxy: {
      '/api': { target: server, changeOrigin: false },
      '/signal': { target: server, changeOrigin: false, ws: true },
    },
  },
  test: {
    include: ['src/**/*.test.{ts,tsx}'],
  },
}));
