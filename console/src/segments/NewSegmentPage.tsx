/** Making a segment. */
import { Page } from "~/kit/Page";
import { useText } from "~/kit/text";
import { SegmentForm } from "./SegmentForm";

export function NewSegmentPage() {
  const text = useText();
  return (
    <Page title={text("segments.new")}>
      <SegmentForm />
    </Page>
  );
}
