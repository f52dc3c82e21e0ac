/**
 * Work after the next paint: what a reader has clicked answers first, and what takes longer comes
 * after it.
 */
export function afterPaint(work: () => void): void {
  // a page that nobody sees is not painted
  if (typeof requestAnimationFrame === "undefined" || document.hidden) work();
  else requestAnimationFrame(() => setTimeout(work));
}
