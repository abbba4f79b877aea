"""Every article extracted anew from the captures, with no request sent."""
