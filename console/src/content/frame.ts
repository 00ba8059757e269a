/** An email as the document of a frame: its links open in another tab, where the frame allows that. */

const TARGET = '<base target="_blank">';
/** As mail programs that invert the colours of emails show it. */
const DARK =
  "<style>html{background:#fff;filter:invert(1) hue-rotate(180deg)}img{filter:invert(1) hue-rotate(180deg)}</style>";

export function framed(html: string, isDark = false): string {
  const added = TARGET + (isDark ? DARK : "");
  return /<head[^>]*>/i.test(html) ? html.replace(/<head[^>]*>/i, (head) => head + added) : added + html;
}
