import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { BrowserRouter, Route, Routes } from 'react-router';
import { FirmPage } from './public/firm-page.tsx';
import { HelpPage } from './public/help-page.tsx';
import { HomePage } from './public/home-page.tsx';
import { LinePage } from './public/line-page.tsx';
import { PhonePage } from './public/phone-page.tsx';
import { PublicShell } from './public/public-shell.tsx';
import { ReportPage } from './public/report-page.tsx';

/** Only who works here fetches the console. */
const Desk = lazy(() => import('./desk/desk.tsx'));

const client = new QueryClient({ defaultOptions: { queries: { retry: 1 } } });

export function App() {
  return (
    <QueryClientProvider client={client}>
      <BrowserRouter>
        <Suspense fallback={null}>
          <Routes>
            <Route path="/console/*" element={<Desk />} />
            <Route element={<PublicShell />}>
              <Route index element={<HomePage />} />
              <Route path="phone" element={<PhonePage />} />
              <Route path="report" element={<ReportPage />} />
              <Route path="firm/:code?" element={<FirmPage />} />
              <Route path="line" element={<LinePage />} />
              <Route path="help" element={<HelpPage />} />
            </Route>
          </Routes>
        </Suspense>
      </BrowserRouter>
    </QueryClientProvider>
  );
}
