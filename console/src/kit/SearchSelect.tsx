/** One of a list, found by typing. */
import { Select, type SelectProps } from "@mantine/core";
import { useTyped } from "./typed";

interface SearchSelectProps extends Omit<SelectProps, "data" | "value"> {
  data: readonly (string | { value: string; label: string })[];
  value?: string | null;
}

export function SearchSelect(props: SearchSelectProps) {
  const chosen = props.data.find((one) => (typeof one === "string" ? one : one.value) === props.value);
  const typed = useTyped((typeof chosen === "string" ? chosen : chosen?.label) ?? "");
  return <Select searchable {...props} {...typed} />;
}
