/** A number that opens the people behind it; nobody is behind a zero. */
import { Anchor } from "@mantine/core";
import { useIntl } from "react-intl";
import { Link } from "react-router";
import { useDocument } from "~/canvas/editor";
import { useText } from "~/kit/text";
import { useNumbers } from "./around";
import { type NumberOf, useWhere, type Where } from "./where";
import { numberWord } from "./words";

interface CountProps {
  count: number;
  number: NumberOf;
  /** What part of the journey it is of, when that is not the one that the page shows. */
  part?: Pick<Where, "version" | "run"> | undefined;
  /** Where there is little room. */
  isShort?: boolean;
  tabIndex?: number;
}

const LONGEST = 100_000;

export function Count({ count, number, part, isShort = false, tabIndex }: CountProps) {
  const text = useText();
  const intl = useIntl();
  const document = useDocument();
  const { to } = useWhere();
  const { hasPeople } = useNumbers();
  const isCut = isShort && count >= LONGEST;
  const shown = intl.formatNumber(count, isCut ? { notation: "compact", maximumFractionDigits: 1 } : {});
  const whole = isCut ? intl.formatNumber(count) : undefined;
  if (count === 0 || !hasPeople)
    return (
      <span className="count" data-none={count === 0 || undefined} title={whole}>
        {shown}
      </span>
    );
  const label = numberWord(number, document, text);
  return (
    <Anchor
      component={Link}
      to={to({ ...part, number, person: undefined, way: undefined })}
      className="count"
      inherit
      aria-label={text("analytics.count", { label, count: shown })}
      title={whole}
      {...(tabIndex === undefined ? {} : { tabIndex })}
    >
      {shown}
    </Anchor>
  );
}
