/**
 * Whether this browser says no: Global Privacy Control, or the mark that opting out leaves.
 * Asked anew for every event, because the answer can change while the page is open.
 */
export const optedOut = (): unknown => {
  try {
    return (
      (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl ||
      document.cookie.includes('footfall_optout') ||
      localStorage.footfall_optout
    );
  } catch {
    // An opaque origin, or storage forbidden: no mark can stand there.
  }
};
