/** The providers, and inside them the pages, for whoever is logged in. */
import { MantineProvider } from "@mantine/core";
import { ModalsProvider } from "@mantine/modals";
import { Notifications } from "@mantine/notifications";
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { IntlProvider } from "react-intl";
import { RouterProvider } from "react-router";
import { isStranger, SESSION } from "~/account/queries";
import { Refusal } from "~/api/client";
import { english } from "./english";
import { router } from "./routes";
import { readable, theme } from "./theme";

/** Whoever was logged out meanwhile is asked to log in, wherever they are. */
const onError = (error: Error) => {
  if (isStranger(error)) void client.invalidateQueries({ queryKey: SESSION });
};

const client: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (count, error) => !(error instanceof Refusal && error.status < 500) && count < 3,
    },
  },
});

export function App() {
  return (
    <IntlProvider locale="en" messages={english}>
      <MantineProvider theme={theme} cssVariablesResolver={readable} defaultColorScheme="auto">
        <QueryClientProvider client={client}>
          <ModalsProvider>
            <Notifications position="bottom-right" />
            <RouterProvider router={router} />
          </ModalsProvider>
        </QueryClientProvider>
      </MantineProvider>
    </IntlProvider>
  );
}
