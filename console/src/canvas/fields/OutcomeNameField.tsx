/** The name of an outcome: words are brought into the form that the document keeps. */
import { TextInput } from "@mantine/core";
import { useState } from "react";
import { useText } from "~/kit/text";
import { asId } from "../model/outcomes";

interface OutcomeNameFieldProps {
  label: string;
  value: string;
  taken: readonly string[];
  onChange(name: string): void;
}

export function OutcomeNameField({ label, value, taken, onChange }: OutcomeNameFieldProps) {
  const text = useText();
  const [typed, setTyped] = useState<string | null>(null);
  const wanted = asId(typed ?? value);
  const isTaken = wanted !== value && taken.includes(wanted);
  const settle = () => {
    if (typed !== null && wanted && !isTaken && wanted !== value) onChange(wanted);
    setTyped(null);
  };
  return (
    <TextInput
      label={label}
      value={typed ?? value}
      error={isTaken ? text("fields.nameTaken", { name: wanted }) : undefined}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={settle}
      onKeyDown={(event) => event.key === "Enter" && settle()}
    />
  );
}
