/** A rate as it is shown; where there was nothing to divide by there is none. */
import { useIntl } from "react-intl";
import { useText } from "~/kit/text";

export function useRate(): (rate: number | null | undefined) => string {
  const intl = useIntl();
  const text = useText();
  return (rate) =>
    rate === null || rate === undefined
      ? text("analytics.noRate")
      : intl.formatNumber(rate, { style: "percent", maximumFractionDigits: 2 });
}
