/** A choice that is found by typing: Enter takes the first that fits what was typed, and nothing while nothing was. */
import { Select, type SelectProps } from "@mantine/core";
import { type KeyboardEvent, useRef } from "react";

interface SearchSelectProps extends Omit<SelectProps, "data" | "value"> {
  data: readonly (string | { value: string; label: string })[];
  value?: string | null;
}

export function SearchSelect(props: SearchSelectProps) {
  const said = useRef<"nothing" | "typed" | "steered">("nothing");
  const chosen = props.data.find((one) => (typeof one === "string" ? one : one.value) === props.value);
  const press = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") said.current = "steered";
    if (event.key !== "Enter" || said.current === "steered") return;
    // what is chosen already is not looked for: the whole list would be shown, and its first be taken
    const isChosen = event.currentTarget.value === (typeof chosen === "string" ? chosen : chosen?.label);
    if (said.current === "typed" && !isChosen) return;
    event.stopPropagation();
    if (event.currentTarget.ariaExpanded === "true") event.preventDefault();
  };
  return (
    <Select
      searchable
      selectFirstOptionOnChange
      {...props}
      onKeyDownCapture={press}
      onFocus={(event) => {
        said.current = "nothing";
        props.onFocus?.(event);
      }}
      onInput={() => {
        said.current = "typed";
      }}
    />
  );
}
