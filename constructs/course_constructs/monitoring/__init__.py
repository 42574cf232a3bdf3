"""What tells people how runs go: metrics, dashboard, alarms, notifications."""
