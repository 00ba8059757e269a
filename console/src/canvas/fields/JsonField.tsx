/** An object as JSON, kept once it can be read. */
import { Textarea } from "@mantine/core";
import { useState } from "react";
import { useText } from "~/kit/text";

type Given = Record<string, unknown>;

interface JsonFieldProps {
  label: string;
  description: string;
  value: Given | undefined;
  onChange(value: Given | undefined): void;
}

export function JsonField({ label, description, value, onChange }: JsonFieldProps) {
  const text = useText();
  const [typed, setTyped] = useState<string | null>(null);
  const shown = typed ?? (value && Object.keys(value).length ? JSON.stringify(value, null, 2) : "");
  const read = readObject(shown);
  return (
    <Textarea
      label={label}
      description={description}
      value={shown}
      error={read === null ? text("fields.noJson") : undefined}
      autosize
      minRows={3}
      maxRows={12}
      styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        const given = readObject(event.currentTarget.value);
        if (given !== null) onChange(given);
      }}
      onBlur={() => read !== null && setTyped(null)}
    />
  );
}

/** Undefined for nothing at all, null for what is no object. */
function readObject(text: string): Given | undefined | null {
  if (!text.trim()) return undefined;
  try {
    const given: unknown = JSON.parse(text);
    return typeof given === "object" && given !== null && !Array.isArray(given) ? (given as Given) : null;
  } catch {
    return null;
  }
}
