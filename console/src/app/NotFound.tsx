/** The page of an address that nothing is at. */
import { IconMapOff } from "@tabler/icons-react";
import { Empty } from "~/kit/Empty";
import { Page } from "~/kit/Page";
import { useText } from "~/kit/text";

export function NotFound() {
  const text = useText();
  return (
    <Page title={text("app.notFound")}>
      <Empty icon={IconMapOff} title={text("app.notFound")}>
        {text("app.notFoundHint")}
      </Empty>
    </Page>
  );
}
