"""The burden of villages through GraphQL: what the dashboard shows, and figures by place, time and side."""
