/** All steps and their numbers as a table, in reading order: the same as the canvas, for eyes and ears that prefer it. */
import { Anchor, Badge, Table } from "@mantine/core";
import { Link } from "react-router";
import { useDocument } from "~/canvas/editor";
import { findStep, type Kind, START } from "~/canvas/model/document";
import { labelOf } from "~/canvas/steps/kind";
import { KINDS } from "~/canvas/steps/registry";
import { useText } from "~/kit/text";
import { Waiting } from "~/kit/Waiting";
import { useNumbers } from "./around";
import { Count } from "./Count";
import type { Numbers } from "./live";
import { type StepNumbers, total } from "./model/flow";
import { type NumberOf, useWhere } from "./where";
import { outcomesOf, outcomeWord, reasonWord } from "./words";

export function NumbersTable({ numbers }: { numbers: Pick<Numbers, "steps"> | undefined }) {
  const text = useText();
  if (!numbers) return <Waiting />;
  return (
    <Table.ScrollContainer minWidth={640} p="md" scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table verticalSpacing="xs" aria-label={text("analytics.panel")}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{text("analytics.step")}</Table.Th>
            {(["entered", "here", "left", "exited"] as const).map((flow) => (
              <Table.Th key={flow} ta="right">
                {text(`analytics.${flow}`)}
              </Table.Th>
            ))}
            <Table.Th>{text("analytics.why")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {numbers.steps.map((step) => (
            <Row key={step.step} numbers={step} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Row({ numbers }: { numbers: StepNumbers }) {
  const text = useText();
  const document = useDocument();
  const { to } = useWhere();
  const { hasPeople } = useNumbers();
  const { step, kind, entered, here, left, exited } = numbers;
  const isStart = step === START;
  const called = isStart ? text("canvas.start") : step;
  const cells: [number, NumberOf][] = [
    [entered, { step }],
    [here, { step, flow: "here" }],
    [total(left), { step, flow: "left" }],
    [total(exited), { step, flow: "exited" }],
  ];
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={400}>
        {hasPeople ? (
          <Anchor
            inherit
            component={Link}
            to={to({ step, number: undefined, person: undefined, way: undefined })}
            fw={600}
          >
            {called}
          </Anchor>
        ) : (
          <strong>{called}</strong>
        )}{" "}
        {kind in KINDS && text(labelOf(kind as Kind))}{" "}
        {!isStart && !findStep(document, step) && (
          <Badge variant="light" color="gray" tt="none">
            {text("analytics.gone")}
          </Badge>
        )}
      </Table.Th>
      {cells.map(([count, number]) => (
        <Table.Td key={number.flow ?? "entered"} ta="right">
          <Count count={count} number={number} />
        </Table.Td>
      ))}
      <Table.Td>
        {[
          ...outcomesOf(document, step, left).map(([name, count]) => ({
            word: outcomeWord(document, step, name, text),
            count,
            number: { step, flow: "left", outcome: name } as const,
          })),
          ...Object.entries(exited).map(([name, count]) => ({
            word: reasonWord(name, text),
            count,
            number: { step, flow: "exited", outcome: name } as const,
          })),
        ].map(({ word, count, number }) => (
          <span key={`${number.flow} ${number.outcome}`} className="table-why">
            {word} <Count count={count} number={number} />
          </span>
        ))}
      </Table.Td>
    </Table.Tr>
  );
}
