import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode, startTransition } from "react";
import { createRoot } from "react-dom/client";
import { ColophonProvider } from "./app";
import { loadConfig } from "./config";
import { createAppRouter } from "./router";
import "./theme.css";

const root = createRoot(document.getElementById("root") as HTMLElement);

try {
  const config = await loadConfig();
  const queryClient = new QueryClient({ defaultOptions: { queries: { staleTime: 2_000, retry: 1 } } });
  const app = (
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <ColophonProvider value={{ config }}>
          <RouterProvider router={createAppRouter()} />
        </ColophonProvider>
      </QueryClientProvider>
    </StrictMode>
  );
  startTransition(() => root.render(app)); // In small pieces: the page answers while it is drawn.
} catch (error) {
  root.render(<p style={{ padding: "2rem" }}>{error instanceof Error ? error.message : String(error)}</p>);
}
