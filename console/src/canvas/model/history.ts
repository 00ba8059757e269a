/** Undo and redo: documents are never changed, so what was is still there. */

export interface History<T> {
  past: readonly T[];
  present: T;
  future: readonly T[];
}

export function begin<T>(present: T): History<T> {
  return { past: [], present, future: [] };
}

/** The next document. One that is the same object is no step back. */
export function advance<T>(history: History<T>, next: T): History<T> {
  if (next === history.present) return history;
  return { past: [...history.past, history.present], present: next, future: [] };
}

/** The next document in the place of this one, as when a word is typed letter by letter. */
export function amend<T>(history: History<T>, next: T): History<T> {
  if (next === history.present) return history;
  return history.past.length ? { ...history, present: next, future: [] } : advance(history, next);
}

export function undo<T>(history: History<T>): History<T> {
  const before = history.past.at(-1);
  if (before === undefined) return history;
  return { past: history.past.slice(0, -1), present: before, future: [history.present, ...history.future] };
}

export function redo<T>(history: History<T>): History<T> {
  const [next, ...future] = history.future;
  if (next === undefined) return history;
  return { past: [...history.past, history.present], present: next, future };
}

/** The same history on other ground; what cannot be brought there cannot be undone to any more. */
export function carried<T>(history: History<T>, present: T, into: (one: T) => T | undefined): History<T> {
  const kept = (list: readonly T[]) => list.map(into).filter((one) => one !== undefined);
  return { past: kept(history.past), present, future: kept(history.future) };
}
