/** What somebody would receive, rendered by the server from the draft as it stands, in a frame that runs nothing. */
import { Alert, Box, Group, Paper, SegmentedControl, Skeleton, Text } from "@mantine/core";
import { useSearchParams } from "react-router";
import { useText } from "~/kit/text";
import { framed } from "./frame";
import { PersonPicker } from "./PersonPicker";
import type { DraftPreview } from "./queries";

const WAYS = ["desktop", "phone", "dark", "plain"] as const;

/** A filter of the page, kept in its address. */
export function useAsked(name: string): [string | null, (value: string | null) => void] {
  const [asked, setAsked] = useSearchParams();
  const set = (value: string | null) =>
    setAsked(
      (before) => {
        const next = new URLSearchParams(before);
        if (value) next.set(name, value);
        else next.delete(name);
        return next;
      },
      { replace: true },
    );
  return [asked.get(name), set];
}

interface PreviewProps {
  audience: string;
  preview: DraftPreview | undefined;
  /** The last preview that could be shown. */
  shown: DraftPreview["shown"];
}

export function EmailPreview({ audience, preview, shown }: PreviewProps) {
  const text = useText();
  const [way, setWay] = useAsked("as");
  const how = way ?? "desktop";
  return (
    <section aria-label={text("preview.title")}>
      <Group mb="sm" align="flex-end" justify="space-between">
        <PersonPicker audience={audience} />
        <SegmentedControl
          aria-label={text("preview.how")}
          data={WAYS.map((value) => ({ value, label: text(`preview.${value}`) }))}
          value={how}
          onChange={(value) => setWay(value === "desktop" ? null : value)}
        />
      </Group>
      <Shown preview={preview} shown={shown}>
        <Text size="sm" fw={600} mb="xs" data-testid="subject">
          {text("preview.subject")}: {shown?.subject || text("preview.noSubject")}
        </Text>
        {how === "plain" ? (
          <Text
            component="pre"
            size="sm"
            ff="monospace"
            m={0}
            style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}
          >
            {shown?.text}
          </Text>
        ) : (
          <Box maw={how === "phone" ? 375 : undefined} mx="auto">
            <iframe
              sandbox=""
              title={text("preview.frame")}
              srcDoc={framed(shown?.html ?? "", how === "dark")}
              style={{ width: "100%", height: 560, border: 0, background: "#fff", display: "block" }}
            />
          </Box>
        )}
      </Shown>
    </section>
  );
}

interface ShownProps extends Omit<PreviewProps, "audience"> {
  children: React.ReactNode;
}

/** Whatever is shown, and what to know about it when it is not the newest. */
export function Shown({ preview, shown, children }: ShownProps) {
  const text = useText();
  if (!preview) return <Skeleton height={200} aria-label={text("kit.loading")} role="status" />;
  return (
    <>
      {!preview.shown && (
        <Alert color="yellow" mb="sm" role="status">
          {text("preview.cannot")} {shown && text("preview.stale")}
        </Alert>
      )}
      {shown && (
        <Paper withBorder p="sm">
          {children}
        </Paper>
      )}
    </>
  );
}
