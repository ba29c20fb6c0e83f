/** Guards against the classic pinyin bug: the Enter that picks a candidate must not send the message. */

export interface KeyLike {
  key: string;
  keyCode: number;
  isComposing: boolean;
  shiftKey?: boolean;
}

/**
 * Whether an input method is composing. Safari ends the composition before its Enter arrives, so `isComposing` is
 * already false then; `keyCode` 229 still tells.
 */
export function isComposing(event: KeyLike): boolean {
  return event.isComposing || event.keyCode === 229;
}

/** Whether this key press means "send": a plain Enter that no input method has taken. */
export function isSendKey(event: KeyLike): boolean {
  return event.key === 'Enter' && !event.shiftKey && !isComposing(event);
}
