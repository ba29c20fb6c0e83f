/** The first character of a name in a quiet circle, whose colour follows from the name. */
export function Avatar({ name }: { name: string }) {
  let sum = 0;
  for (const char of name) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 997;
  return (
    <span className={`avatar hue-${sum % 6}`} aria-hidden="true">
      {[...name][0] ?? '?'}
    </span>
  );
}
