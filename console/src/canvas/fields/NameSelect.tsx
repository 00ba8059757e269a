/** One of some names; one that is not among them any more is still shown, so that nobody loses it unseen. */
import type { SelectProps } from "@mantine/core";
import { SearchSelect } from "~/kit/SearchSelect";
import { useText } from "~/kit/text";

interface NameSelectProps extends Omit<SelectProps, "data" | "value" | "onChange"> {
  names: readonly (string | { value: string; label: string; disabled?: boolean })[];
  value: string;
  onChange(name: string): void;
}

export function NameSelect({ names, value, onChange, ...rest }: NameSelectProps) {
  const text = useText();
  const known = names.some((one) => (typeof one === "string" ? one : one.value) === value);
  const data = value && !known ? [{ value, label: text("fields.gone", { name: value }) }, ...names] : names;
  return (
    <SearchSelect
      placeholder={text("fields.choose")}
      nothingFoundMessage={text("fields.nothing")}
      allowDeselect={false}
      {...rest}
      data={data}
      value={value || null}
      onChange={(name) => name !== null && onChange(name)}
    />
  );
}
