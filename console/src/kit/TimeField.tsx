/**
 * A date or a time, typed part by part. While it is half typed it has no value and is left as it is: a browser forgets the
 * first digit of a part when its field is written to.
 */
import { TextInput, type TextInputProps } from "@mantine/core";
import { useState } from "react";

interface TimeFieldProps extends Omit<TextInputProps, "type" | "value" | "onChange"> {
  type: "date" | "time" | "datetime-local";
  value: string;
  onChange(value: string): void;
}

export function TimeField({ value, onChange, ...rest }: TimeFieldProps) {
  const [isHalf, setIsHalf] = useState(false);
  return (
    <TextInput
      {...rest}
      value={isHalf ? "" : value}
      onChange={({ currentTarget }) => {
        setIsHalf(currentTarget.value === "");
        if (currentTarget.value) onChange(currentTarget.value);
      }}
      onBlur={() => setIsHalf(false)}
    />
  );
}
