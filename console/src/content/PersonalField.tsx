/** A line of text that may be personalised. */
import { TextInput, type TextInputProps } from "@mantine/core";
import { Personalise } from "./Personalise";
import { useSpot } from "./spot";
import { fieldId } from "./where";

interface PersonalFieldProps extends Omit<TextInputProps, "onChange" | "value" | "label"> {
  label: string;
  /** Its name in the document, by which checks find it. */
  name?: string;
  value: string;
  onChange: (value: string) => void;
}

export function PersonalField({ name, value, onChange, label, ...others }: PersonalFieldProps) {
  const { ref, insert } = useSpot<HTMLInputElement>(onChange);
  return (
    <TextInput
      {...others}
      {...(name ? { id: fieldId(name) } : {})}
      ref={ref}
      label={label}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      rightSection={<Personalise field={label} insert={insert} />}
      rightSectionWidth={36}
    />
  );
}
