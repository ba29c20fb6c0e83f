/** The small build has the same shape; its package ships no types for it. */
declare module 'hls.js/light' {
  export { default, type ErrorData, type HlsConfig } from 'hls.js';
}
