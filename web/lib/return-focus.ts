import { useEffect, useState } from 'react';

/** What had the focus before the dialog that is open now. */
const opener: { element?: HTMLElement | undefined } = {};

/**
 * Gives the focus back to what had it when the component came, once it is gone. For dialogs that are
 * in the page only while they are open: those who go by keys then stand where they were. One dialog that
 * makes room for the next keeps it there, and the last one gives it back to what opened the first.
 */
export function useReturnFocus(): void {
  const [places] = useState(() => [openedBy(document.activeElement), opener.element]);
  useEffect(() => {
    opener.element = places.find((place) => place !== undefined && place !== document.body);
    return () => {
      opener.element = undefined;
      requestAnimationFrame(() => {
        const place = places.find((one) => one?.isConnected && one !== document.body);
        if (place && !coveredByDialog(place)) place.focus();
      });
    };
  }, [places]);
}

/** An item of a menu goes with its menu: what opened the menu stays. */
function openedBy(element: Element | null): HTMLElement | undefined {
  const menu = element?.closest('[role="menu"]');
  const place = menu
    ? document.getElementById(menu.getAttribute('aria-labelledby') ?? '')
    : element;
  return place instanceof HTMLElement ? place : undefined;
}

/** Whether a dialog is open that the element is not in. */
const coveredByDialog = (element: Element): boolean =>
  [...document.querySelectorAll('[role="dialog"]')].some((dialog) => !dialog.contains(element));
