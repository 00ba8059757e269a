/** Counts by the minute, hour or day: the same as a chart, for those who read rather than look. */
import { Table } from "@mantine/core";
import { useIntl } from "react-intl";

interface CountTableProps<Name extends string> {
  title: string;
  /** What the moments are called. */
  when: string;
  series: readonly { name: Name; label: string }[];
  moments: readonly ({ at: string } & Record<Name, number>)[];
  time(at: string): string;
  minWidth: number;
  /** Pixels; beyond them it is scrolled, by the keyboard too. Without, it is as long as it is. */
  maxHeight?: number;
}

export function CountTable<Name extends string>({
  title,
  when,
  series,
  moments,
  time,
  minWidth,
  maxHeight,
}: CountTableProps<Name>) {
  const intl = useIntl();
  const scrolled = maxHeight && { maxHeight, scrollAreaProps: { viewportProps: { tabIndex: 0 } } };
  return (
    <Table.ScrollContainer minWidth={minWidth} {...scrolled}>
      <Table aria-label={title} verticalSpacing={4} stickyHeader>
        <Table.Thead {...(scrolled && { bg: "var(--mantine-color-default)" })}>
          <Table.Tr>
            <Table.Th>{when}</Table.Th>
            {series.map(({ name, label }) => (
              <Table.Th key={name} ta="right">
                {label}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {moments.map((one) => (
            <Table.Tr key={one.at}>
              <Table.Th scope="row" fw={400}>
                {time(one.at)}
              </Table.Th>
              {series.map(({ name }) => (
                <Table.Td key={name} ta="right">
                  {intl.formatNumber(one[name])}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
