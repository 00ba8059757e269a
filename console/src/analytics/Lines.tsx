/** Numbers below each other, each with its share of a whole, as a word and as a bar. */
import { Text, Title, Tooltip } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import { useIntl } from "react-intl";
import { Count } from "./Count";
import type { NumberOf } from "./where";

export interface Line {
  label: string;
  count: number;
  number: NumberOf;
  /** What has to be known to read it rightly. */
  hint?: string;
  /** Said below it. */
  beside?: string;
}

interface LinesProps {
  title?: string;
  of: number;
  lines: readonly Line[];
}

export function Lines({ title, of, lines }: LinesProps) {
  const intl = useIntl();
  if (lines.length === 0) return null;
  const share = (count: number) => (of > 0 ? count / of : 0);
  return (
    <div>
      {title && (
        <Title order={3} size="h6" mb={4}>
          {title}
        </Title>
      )}
      <ul className="number-rows">
        {lines.map(({ label, count, number, hint, beside }) => (
          <li key={label}>
            <span>
              {label}
              {hint && <Hint said={hint} />}
            </span>
            <Count count={count} number={number} />
            <Text component="span" size="xs" c="dimmed">
              {intl.formatNumber(share(count), { style: "percent", maximumFractionDigits: 1 })}
            </Text>
            <meter className="share" value={Math.min(share(count), 1)} aria-hidden />
            {beside && (
              <Text component="span" size="xs" c="dimmed" className="number-beside">
                {beside}
              </Text>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

export function Hint({ said }: { said: string }) {
  return (
    <Tooltip label={said} multiline w={260} events={{ hover: true, focus: true, touch: true }}>
      <button type="button" className="hint" aria-label={said}>
        <IconInfoCircle size={15} aria-hidden />
      </button>
    </Tooltip>
  );
}
