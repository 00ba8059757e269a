/** How many of a hundred are held out, to compare them with those who enter (J11). */
import { NumberInput, Switch } from "@mantine/core";
import { useText } from "~/kit/text";
import { put, type Start } from "./model";

const USUAL = 10;

interface HoldOutFieldProps {
  value: Start;
  onChange(start: Start): void;
}

export function HoldOutField({ value, onChange }: HoldOutFieldProps) {
  const text = useText();
  const share = value.hold_out;
  return (
    <>
      <Switch
        label={text("start.holdsOut")}
        description={text("start.holdsOutHint")}
        checked={share != null}
        onChange={(event) =>
          onChange(put(value, "hold_out", event.currentTarget.checked ? USUAL : undefined))
        }
      />
      {share != null && (
        <NumberInput
          label={text("start.holdOut")}
          value={share}
          min={0.1}
          max={99.9}
          decimalScale={1}
          onChange={(to) => onChange({ ...value, hold_out: Number(to) || USUAL })}
        />
      )}
    </>
  );
}
