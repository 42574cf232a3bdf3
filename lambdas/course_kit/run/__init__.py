"""What one run was asked for: events, environment, outline, what to make anew."""
