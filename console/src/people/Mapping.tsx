/** Which column of a file fills which attribute, with an example of each. */
import { Select, Table, Text } from "@mantine/core";
import { useText } from "~/kit/text";
import type { Audience } from "~/settings/queries";
import { attributeName, type Head } from "./head";

interface MappingProps {
  head: Head;
  audience: Audience;
  mapping: Record<string, string>;
  onChange(mapping: Record<string, string>): void;
}

export function Mapping({ head, audience, mapping, onChange }: MappingProps) {
  const text = useText();
  const known = Object.keys(audience.attributes);
  const choices = (column: string) => {
    const own = attributeName(column);
    const fresh = known.includes(own) ? [] : [{ value: own, label: text("import.asNew", { name: own }) }];
    return [
      { value: "", label: text("import.leaveOut") },
      ...fresh,
      ...known.map((name) => ({ value: name, label: name })),
    ];
  };
  return (
    <Table.ScrollContainer minWidth={560}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            {(["column", "fills", "example"] as const).map((name) => (
              <Table.Th key={name}>{text(`import.${name}`)}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {head.columns.map((column, place) => (
            <Table.Tr key={column}>
              <Table.Td>{column}</Table.Td>
              <Table.Td>
                <Select
                  aria-label={`${text("import.fills")}: ${column}`}
                  data={choices(column)}
                  value={mapping[column] ?? ""}
                  onChange={(to) => onChange({ ...mapping, [column]: to ?? "" })}
                  allowDeselect={false}
                  searchable
                />
              </Table.Td>
              <Table.Td>
                <Text size="sm" truncate maw={220}>
                  {head.rows.map((row) => row[place]).find(Boolean)}
                </Text>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
