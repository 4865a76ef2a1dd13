"""What complaints and answers count as: values in, values out."""
