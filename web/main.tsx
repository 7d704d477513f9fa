import './app/library-styles.ts';
import '@mantine/notifications/styles.css';
import './app/theme.css';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import { styleNonce } from './lib/settings.ts';
import { reloadWhenStale } from './lib/stale-page.ts';

reloadWhenStale();

// The library that keeps the page from scrolling behind a dialog asks for the nonce by this name.
Object.assign(globalThis, { __webpack_nonce__: styleNonce });

const place = document.getElementById('console');
if (!place) throw new Error('The page has no place for the console.');
createRoot(place).render(<App />);
