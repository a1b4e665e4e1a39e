import i18next from 'i18next';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { App as AntApp, ConfigProvider } from 'antd';
import antEn from 'antd/locale/en_US';
import antZh from 'antd/locale/zh_CN';
import { createBrowserRouter, Navigate, RouterProvider } from 'react-router';
import { Problem } from './api/problem.js';
import { useLanguage } from './preferences/language.js';
import { ThemeProvider, useTheme } from './preferences/theme.js';
import { SignInPage } from './session/sign-in-page.js';
import { BusySign } from './shell/busy-sign.js';
import { Frame } from './shell/frame.js';
import { PageFault, PageGuard } from './shell/page-guard.js';
import { antTheme } from './styles/ant-theme.js';

const ASK_AGAIN_MS = 5000;

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      refetchOnWindowFocus: false,
      retry: false,
      // A hub that does not answer is asked again until it does; whatever else went wrong stays until a person acts.
      refetchInterval: ({ state }) =>
        state.error instanceof Problem && state.error.status === 0 ? ASK_AGAIN_MS : false,
    },
    mutations: { retry: false },
  },
});
// What the hub says in words, such as why a delivery failed, is asked again in the other language.
i18next.on('languageChanged', () => void queries.invalidateQueries());

/** Every path here, apart from `*`, is one that the hub answers with the page (console.routes.ts). */
const router = createBrowserRouter([
  { path: '/sign-in/:token?', Component: SignInPage },
  {
    Component: Frame,
    ErrorBoundary: PageFault,
    HydrateFallback: () => null,
    children: [
      { path: '/', lazy: { Component: async () => (await import('./loop/loop-page.js')).LoopPage } },
      { path: '/clients', lazy: { Component: async () => (await import('./clients/clients-page.js')).ClientsPage } },
      { path: '/clients/:id', lazy: { Component: async () => (await import('./clients/client-page.js')).ClientPage } },
      { path: '/review', lazy: { Component: async () => (await import('./review/review-page.js')).ReviewPage } },
      { path: '/review/audits', lazy: { Component: async () => (await import('./audits/audits-page.js')).AuditsPage } },
      { path: '/review/models', lazy: { Component: async () => (await import('./models/models-page.js')).ModelsPage } },
      {
        path: '/developers',
        lazy: { Component: async () => (await import('./developers/endpoints-page.js')).EndpointsPage },
      },
      {
        path: '/developers/events',
        lazy: { Component: async () => (await import('./developers/event-types-page.js')).EventTypesPage },
      },
      {
        path: '/developers/signatures',
        lazy: { Component: async () => (await import('./developers/signatures-page.js')).SignaturesPage },
      },
      {
        path: '/developers/endpoints/new',
        lazy: { Component: async () => (await import('./developers/new-endpoint-page.js')).NewEndpointPage },
      },
      {
        path: '/developers/endpoints/:id',
        lazy: { Component: async () => (await import('./developers/endpoint-page.js')).EndpointPage },
      },
      {
        path: '/developers/endpoints/:id/settings',
        lazy: { Component: async () => (await import('./developers/endpoint-settings-page.js')).EndpointSettingsPage },
      },
      { path: '/keys', lazy: { Component: async () => (await import('./keys/keys-page.js')).KeysPage } },
      { path: '*', element: <Navigate to="/" replace /> },
    ],
  },
]);

export function App() {
  return (
    <QueryClientProvider client={queries}>
      <ThemeProvider>
        <Dressed />
      </ThemeProvider>
    </QueryClientProvider>
  );
}

/** The routes, in the reader's theme and language. */
function Dressed() {
  const { dark } = useTheme();
  const { language } = useLanguage();
  return (
    <ConfigProvider
      theme={antTheme(dark)}
      locale={language === 'zh-CN' ? antZh : antEn}
      button={{ autoInsertSpace: false, loadingIcon: <BusySign /> }}
      wave={{ disabled: true }}
    >
      <AntApp component={false}>
        <PageGuard>
          <RouterProvider router={router} />
        </PageGuard>
      </AntApp>
    </ConfigProvider>
  );
}
