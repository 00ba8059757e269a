/** Who changed the state of a journey, and when (P1). */
import { Modal, Table } from "@mantine/core";
import { FormattedDate } from "react-intl";
import { Answer } from "~/kit/Answer";
import { useText } from "~/kit/text";
import { type Journey, useHistory } from "./queries";

export function HistoryDialog({ journey, onClose }: { journey: Journey; onClose: () => void }) {
  const text = useText();
  const history = useHistory(journey.id);
  return (
    <Modal
      opened
      size="lg"
      onClose={onClose}
      title={text("history.title", { name: journey.name })}
      closeButtonProps={{ "aria-label": text("kit.close") }}
    >
      <Answer of={history}>
        {(changes) => (
          <Table>
            <Table.Thead>
              <Table.Tr>
                {(["at", "version", "what", "who"] as const).map((name) => (
                  <Table.Th key={name}>{text(`history.${name}`)}</Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {changes.map(({ at, version, what, who }) => (
                <Table.Tr key={`${at} ${what}`}>
                  <Table.Td>
                    <FormattedDate value={at} dateStyle="medium" timeStyle="short" />
                  </Table.Td>
                  <Table.Td>{version}</Table.Td>
                  <Table.Td style={{ overflowWrap: "anywhere" }}>{what}</Table.Td>
                  <Table.Td style={{ overflowWrap: "anywhere" }}>{who}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </Answer>
    </Modal>
  );
}
