/** How the moments of a chart and its table are written: as on the wall clock of a zone. */
import { useIntl } from "react-intl";

export function useTime(by: "minute" | "hour" | "day", zone: string): (at: string) => string {
  const intl = useIntl();
  return (at) =>
    intl.formatDate(at, {
      timeZone: zone,
      day: "numeric",
      month: "short",
      ...(by === "day" ? { year: "numeric" } : { hour: "2-digit", minute: "2-digit" }),
    });
}
