/** A text message with its length as operators count it (D7), and how it looks on a phone. */
import { Box, SimpleGrid, Stack, Text, Textarea } from "@mantine/core";
import { useText } from "~/kit/text";
import { Beside } from "./Beside";
import { Bubble } from "./Bubble";
import { Checks } from "./Checks";
import { CommonFields } from "./CommonFields";
import { lengthOf } from "./model/length";
import { Personalise } from "./Personalise";
import { PersonPicker } from "./PersonPicker";
import { Shown } from "./Preview";
import type { TextDocument } from "./queries";
import { useSpot } from "./spot";
import { useLivePreview } from "./useLivePreview";
import { fieldId, focusOn, whereOf } from "./where";

interface TextEditorProps {
  document: TextDocument;
  change: (document: TextDocument) => void;
}

export function TextEditor({ document, change }: TextEditorProps) {
  const text = useText();
  const { preview, shown, error } = useLivePreview(document);
  const setBody = (body: string) => change({ ...document, body });
  const { ref, insert } = useSpot<HTMLTextAreaElement>(setBody);
  const body = document.body ?? "";
  const left = (
    <Stack>
      <Textarea
        id={fieldId("body")}
        ref={ref}
        label={text("edit.body")}
        value={body}
        onChange={(event) => setBody(event.currentTarget.value)}
        autosize
        minRows={5}
        maxLength={5000}
        rightSection={<Personalise field={text("edit.body")} insert={insert} />}
        rightSectionWidth={36}
        rightSectionProps={{ style: { alignItems: "flex-start", paddingTop: 4 } }}
      />
      <LengthOf body={body} segments={shown?.length?.segments} />
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <CommonFields document={document} change={change} />
      </SimpleGrid>
    </Stack>
  );
  const right = (
    <>
      <Checks
        preview={preview}
        error={error}
        goTo={(problem) => {
          const where = whereOf(problem.where, false);
          if (where !== "workspace") focusOn(fieldId("field" in where ? where.field : "body"));
        }}
      />
      <section aria-label={text("preview.title")}>
        <PersonPicker audience={document.audience} />
        <Box mt="sm">
          <Shown preview={preview} shown={shown}>
            <Bubble>{shown?.text ?? ""}</Bubble>
          </Shown>
        </Box>
      </section>
    </>
  );
  return <Beside left={left} right={right} />;
}

function LengthOf({ body, segments }: { body: string; segments: number | undefined }) {
  const text = useText();
  const length = lengthOf(body);
  return (
    <div>
      <Text size="sm" fw={600} aria-live="polite">
        {text("length.count", { characters: length.characters, segments: length.segments })}
      </Text>
      <Text size="sm" c="dimmed">
        {length.encoding === "GSM-7"
          ? text("length.gsm")
          : text("length.ucs", { characters: length.unusual.slice(0, 8).join(" ") })}
      </Text>
      {segments !== undefined && body.includes("{") && (
        <Text size="sm" c="dimmed">
          {text("length.shown", { segments })}
        </Text>
      )}
    </div>
  );
}
