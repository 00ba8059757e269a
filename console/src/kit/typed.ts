/**
 * Choices that are found by typing: Enter takes the first that fits what was typed, and nothing while nothing was. These
 * are the properties of Mantine's fields that make it so; `chosen` is what stands in the field before somebody types.
 */
import { type KeyboardEvent, useRef } from "react";

export function useTyped(chosen: string) {
  const said = useRef<"nothing" | "typed" | "steered">("nothing");
  const press = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") said.current = "steered";
    if (event.key !== "Enter" || said.current === "steered") return;
    const { value, ariaExpanded } = event.target as HTMLInputElement;
    // what is chosen already is not looked for: the whole list would be shown, and its first be taken
    if (said.current === "typed" && value !== chosen) return;
    event.stopPropagation();
    if (ariaExpanded === "true") event.preventDefault();
  };
  return {
    selectFirstOptionOnChange: true,
    onKeyDownCapture: press,
    onFocus: () => {
      said.current = "nothing";
    },
    onInput: () => {
      said.current = "typed";
    },
  };
}
