/** A form that asks before its typed text is lost, whether it stands on the page or in a dialog. */
import { type ComponentProps, useState } from 'react';
import { isSame, useUnsaved } from './unsaved';

interface Props extends ComponentProps<'form'> {
  /** All that is typed and chosen. */
  draft: unknown;
  /** The value before any change; default: the draft that is shown first. */
  saved?: unknown;
}

export function Form({ draft, saved, className = 'form', ...form }: Props) {
  const [first] = useState(draft);
  useUnsaved(!isSame(draft, saved === undefined ? first : saved));
  return <form className={className} {...form} />;
}
