/** The keyboard goes to what is wanted as soon as it is drawn. */
import { useEffect, useRef } from "react";
import { useEditor } from "../editor";

export function useTakenFocus<T extends HTMLElement>(id: string) {
  const here = useRef<T>(null);
  const isWanted = useEditor((state) => state.focusing === id);
  const focused = useEditor((state) => state.focused);
  useEffect(() => {
    if (!isWanted || !here.current) return;
    here.current.focus({ preventScroll: here.current.dataset.node !== undefined });
    focused();
  }, [isWanted, focused]);
  return here;
}
