/** A long text in a box of its own. */
export function ReadText({ label, text }: { label: string; text: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a long text is scrolled by keys
    <section className="essay-read written" tabIndex={0} aria-label={label}>
      {text}
    </section>
  );
}
