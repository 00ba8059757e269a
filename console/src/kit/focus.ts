/** The keyboard goes to a field as it is drawn, before the next key: whoever types fast would miss a later one. */
import { useLayoutEffect, useRef } from "react";

export function useFirstFocus<T extends HTMLElement>() {
  const here = useRef<T>(null);
  useLayoutEffect(() => here.current?.focus({ preventScroll: true }), []);
  return here;
}
