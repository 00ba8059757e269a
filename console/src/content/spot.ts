/** Typing into a field from outside: at its cursor, with the cursor afterwards where somebody would type on. */
import { useLayoutEffect, useRef } from "react";

type Field = HTMLInputElement | HTMLTextAreaElement;

export interface Edited {
  value: string;
  /** What is selected afterwards. */
  start: number;
  end: number;
}

export function inserted(value: string, start: number, end: number, words: string): Edited {
  const at = start + words.length;
  return { value: value.slice(0, start) + words + value.slice(end), start: at, end: at };
}

/** With marks around what is selected; without marks, if it had them already. */
export function surrounded(value: string, start: number, end: number, mark: string): Edited {
  const [before, chosen, after] = [value.slice(0, start), value.slice(start, end), value.slice(end)];
  if (before.endsWith(mark) && after.startsWith(mark)) {
    const [left, right] = [before.slice(0, -mark.length), after.slice(mark.length)];
    return { value: left + chosen + right, start: left.length, end: left.length + chosen.length };
  }
  const from = start + mark.length;
  return { value: before + mark + chosen + mark + after, start: from, end: from + chosen.length };
}

export function useSpot<T extends Field>(onChange: (value: string) => void) {
  const ref = useRef<T>(null);
  const next = useRef<Edited | null>(null);
  useLayoutEffect(() => {
    if (!next.current || !ref.current || ref.current.value !== next.current.value) return;
    ref.current.focus();
    ref.current.setSelectionRange(next.current.start, next.current.end);
    next.current = null;
  });
  const edit = (made: (value: string, start: number, end: number) => Edited) => {
    const field = ref.current;
    if (!field) return;
    const { value } = field;
    next.current = made(value, field.selectionStart ?? value.length, field.selectionEnd ?? value.length);
    onChange(next.current.value);
  };
  return {
    ref,
    edit,
    insert: (words: string) => edit((value, start, end) => inserted(value, start, end, words)),
  };
}
