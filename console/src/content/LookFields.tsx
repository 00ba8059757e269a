/** How a block looks: sizes, alignment and colours, in the words of MJML. What is left out is as MJML has it. */
import { ColorInput, NativeSelect } from "@mantine/core";
import type { MessageId } from "~/app/english";
import { useText } from "~/kit/text";
import type { SimpleKind } from "./model/blocks";

interface Look {
  attribute: string;
  label: MessageId;
  of: "size" | "align" | "color" | "height" | "width" | "thickness";
}

const ALIGN: Look = { attribute: "align", label: "field.align", of: "align" };
const COLOR: Look = { attribute: "color", label: "field.color", of: "color" };
const SIZE: Look = { attribute: "font-size", label: "field.size", of: "size" };
const WORDS = [SIZE, ALIGN, COLOR];

export const LOOKS: Record<SimpleKind, Look[]> = {
  heading: WORDS,
  text: WORDS,
  footer: WORDS,
  image: [{ attribute: "width", label: "field.width", of: "width" }, ALIGN],
  button: [ALIGN, { attribute: "background-color", label: "field.background", of: "color" }, COLOR],
  divider: [
    { attribute: "border-width", label: "field.lineWidth", of: "thickness" },
    { attribute: "border-color", label: "field.lineColor", of: "color" },
  ],
  spacer: [{ attribute: "height", label: "field.height", of: "height" }],
};

const SIZES = {
  size: [11, 12, 13, 14, 16, 18, 20, 22, 24, 28, 32, 40],
  height: [8, 16, 24, 32, 48, 64, 96],
  width: [48, 96, 160, 240, 320, 480, 600],
  thickness: [1, 2, 3, 4, 8],
} as const;
const SWATCHES = ["#18181b", "#52525b", "#ffffff", "#0b7285", "#1864ab", "#2b8a3e", "#c92a2a", "#e67700"];

interface LookFieldProps {
  look: Look;
  value: string;
  onChange: (value: string) => void;
}

export function LookField({ look, value, onChange }: LookFieldProps) {
  const text = useText();
  const label = text(look.label);
  if (look.of === "color") {
    return (
      <ColorInput
        label={label}
        value={value}
        placeholder={text("field.usual")}
        onChange={onChange}
        swatches={SWATCHES}
        withEyeDropper={false}
      />
    );
  }
  const known =
    look.of === "align"
      ? (["left", "center", "right"] as const).map((one) => ({ value: one, label: text(`field.${one}`) }))
      : SIZES[look.of].map((one) => ({ value: `${one}px`, label: `${one} px` }));
  const own = value && !known.some((one) => one.value === value) ? [{ value, label: value }] : [];
  return (
    <NativeSelect
      label={label}
      data={[{ value: "", label: text("field.usual") }, ...own, ...known]}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
