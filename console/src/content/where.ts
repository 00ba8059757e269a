/** Where a problem is, as the server says it, and how to get there. */

export type Where = { field: string } | { line: number } | "workspace";

export function whereOf(where: string, bodyHasLines: boolean): Where {
  if (where === "workspace") return "workspace";
  const line = /^body line (\d+)$/.exec(where)?.[1];
  if (line && bodyHasLines) return { line: Number(line) };
  return { field: where.replace(/ line \d+$/, "") };
}

/** The element that a field of this name is edited in. */
export function fieldId(field: string): string {
  return `field-${field}`;
}

/** Brings something to the eye and the keyboard: itself, or the first that can be typed in inside it. */
export function focusOn(id: string): boolean {
  const found = document.getElementById(id);
  if (!found) return false;
  const target = found.matches("input, textarea")
    ? found
    : (found.querySelector<HTMLElement>("textarea, input") ?? found);
  found.scrollIntoView({ block: "nearest" });
  target.focus();
  return true;
}

export function lineAt(text: string, position: number): number {
  return text.slice(0, position).split("\n").length;
}
